const TRIES = 5;

/**
 * PUT an answer to CloudFormation's ResponseURL: a presigned S3 URL, which takes no content type. Without an answer the stack hangs, so it is
 * tried again.
 */
export const putAnswer = async (url: string, answer: object): Promise<void> => {
  const body = JSON.stringify(answer);
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' }, signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      throw new Error(`the ResponseURL answered ${response.status}`);
    } catch (error) {
      if (attempt >= TRIES) throw error;
    }
  }
};
