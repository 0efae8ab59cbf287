/** Not written yet: what comes to the queue stays there. */
export const handler = (): never => {
  throw new Error('Nothing is told yet');
};
