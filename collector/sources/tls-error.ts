/**
 * What a failed TLS handshake means, without the address, the source file and the line that OpenSSL puts around it; what is no fault of
 * TLS is left as it is. An alert is what the other end says of us: `unknown ca` of it is our certificate, not its own.
 */
export function plainOfTls(error: Error): Error {
  if (!('reason' in error) || typeof error.reason !== 'string' || !('library' in error)) return error;
  const { reason } = error;
  return new Error(/\balert\b/.test(reason) ? `TLS: refused by the other end: ${reason}` : `TLS: ${reason}`, { cause: error });
}
