/** Why nothing was captured, in words that tell the person at the terminal what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}
