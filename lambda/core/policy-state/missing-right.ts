/** Whether a code is one with which AWS's services refuse for missing rights: EC2's, and those of the others. */
export const isMissingRight = (code: string): boolean => /^(AccessDenied|Unauthorized)/.test(code);
