import type { ChangeWindow } from '../kinds/change-window.ts';

/** Where the windows stand: nobody but who may open one can write there. */
export interface WindowRegister {
  /** Those that were opened and not closed, over or not. Rejects where they cannot be read. */
  list(): Promise<readonly ChangeWindow[]>;
}
