/** As IAM gives documents: RFC 3986. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
