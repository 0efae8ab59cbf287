/** What has been done and must be undone, the last first. */
export interface Undoing {
  readonly add: (step: () => Promise<unknown>) => void;
  /** Takes every step, also after one has failed. Rejects with all that failed. */
  readonly run: () => Promise<void>;
}

/** Nothing to undo yet. */
export function undoing(): Undoing {
  const steps: (() => Promise<unknown>)[] = [];
  return {
    add: (step) => void steps.push(step),
    run: async () => {
      const failures: unknown[] = [];
      for (let step = steps.pop(); step; step = steps.pop())
        await step().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
    },
  };
}
