/** Waits so many ms by the timer that is in force, a virtual one too; until aborted, if that comes first. */
export function delay(ms: number, aborted?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    aborted?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
