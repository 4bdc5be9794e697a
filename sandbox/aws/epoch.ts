/** Times in AWS JSON: seconds since 1970, with a fraction. */
export const epoch = (time: Date): number => time.getTime() / 1000;
