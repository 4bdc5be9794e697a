/** Items of every page of a paginated call. `page` fetches the page of a token; the first has none. */
export const allPages = async <T>(
  page: (token: string | undefined) => Promise<{ readonly items: readonly T[]; readonly nextToken: string | undefined }>,
): Promise<readonly T[]> => {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const { items: more, nextToken } = await page(token);
    items.push(...more);
    token = nextToken || undefined; // EC2 may end with an empty token
  } while (token !== undefined);
  return items;
};
