/** What has been done and must be undone, the last first. */
export interface Undoing {
  readonly add: (step: () => unknown) => void;
  /** Takes every step, also after one has failed. Rejects with all that failed. */
  readonly run: () => Promise<void>;
}

/** Nothing to undo yet. */
export function undoing(): Undoing {
  const steps: (() => unknown)[] = [];
  return {
    add: (step) => void steps.push(step),
    run: async () => {
      const failures: unknown[] = [];
      for (let step = steps.pop(); step; step = steps.pop()) {
        try {
          await step();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
    },
  };
}
