/** Waits so many ms by the timer that is in force, a virtual one too; until aborted, if that comes first. */
export function delay(ms: number, aborted?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      aborted?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    aborted?.addEventListener('abort', end);
  });
}
