/** HTTP/1.1, HTTP/2, or whichever the server prefers. */
export const HTTP_PROTOCOLS = ['h1', 'h2', 'auto'] as const;
export type HttpProtocol = (typeof HTTP_PROTOCOLS)[number];
