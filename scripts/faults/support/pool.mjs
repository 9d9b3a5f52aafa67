/** Does `work` for every item, at most `most` at a time. */
export async function pool(items, most, work) {
  const waiting = [...items];
  const one = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: most }, one));
}
