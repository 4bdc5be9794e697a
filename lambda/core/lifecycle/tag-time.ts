/** As we write it. JavaScript would read a date into other words, too: `hold 2` is in February 2001. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/;

/** The time that a tag holds; undefined where there is none, or a person has written something else. */
export const tagTime = (value: string | undefined): Date | undefined => {
  const time = ISO_8601.test(value ?? '') ? new Date(value ?? '') : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time;
};
