let underWay = 0;

/** Whether work goes on that time, where it is virtual, must stand still for. */
export const isRealWorkUnderWay = (): boolean => underWay > 0;

/** Marks work that takes turns of the event loop, but no timer: virtual time does not pass until it settles. */
export async function realWork<T>(work: Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await work;
  } finally {
    underWay -= 1;
  }
}
