// npm run build: the engine and the TypeScript, for those who have a libtorch.
import { main, setUp } from './setup.mjs';

await main(async () => {
  await setUp({ install: false });
  return 0;
});
