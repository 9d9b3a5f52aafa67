import { createHash } from 'node:crypto';

/**
 * A random stream that is fixed by its key: bytes of SHA-256 over key and block number.
 *
 * @param {...(string|number)} key
 */
export function random(...key) {
  const text = JSON.stringify(key);
  let block = Buffer.alloc(0);
  let blocks = 0;
  let at = 0;
  const uint32 = () => {
    if (at === block.length) {
      block = createHash('sha256').update(`${text} ${blocks++}`).digest();
      at = 0;
    }
    at += 4;
    return block.readUInt32LE(at - 4);
  };
  /** Uniform in [0, 1). */
  const float = () => uint32() / 2 ** 32;
  /** Uniform integer in [0, n). */
  const int = (n) => Math.floor(float() * n);
  const pick = (list) => list[int(list.length)];
  /** A new list in another order. */
  const shuffled = (list) => {
    const all = [...list];
    for (let i = all.length - 1; i > 0; i--) {
      const j = int(i + 1);
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all;
  };
  return { float, int, pick, shuffled };
}
