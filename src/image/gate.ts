/**
 * Lets pieces of work go on side by side while what they take together stays below a limit; the others wait in order.
 * One that takes more than the limit goes alone.
 */
export class Gate {
  private free: number;
  private readonly waiting: { readonly amount: number; readonly go: () => void }[] = [];

  constructor(private readonly limit: number) {
    this.free = limit;
  }

  async pass<T>(wanted: number, work: () => Promise<T>): Promise<T> {
    const amount = Math.min(wanted, this.limit);
    if (this.waiting.length > 0 || amount > this.free)
      await new Promise<void>((go) => this.waiting.push({ amount, go }));
    else this.free -= amount;
    try {
      return await work();
    } finally {
      this.free += amount;
      while (this.waiting.length > 0 && this.waiting[0].amount <= this.free) {
        const { amount: next, go } = this.waiting.splice(0, 1)[0];
        this.free -= next;
        go();
      }
    }
  }
}
