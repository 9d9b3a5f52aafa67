// node download-once.mjs ARCHIVE DIR: what `safe-augment download` does, from an archive (JSON) that is no official one.
import { downloadDataset } from '../product.mjs';

const [archive, folder] = process.argv.slice(2);
const controller = new AbortController();
process.on('SIGINT', () => {
  if (controller.signal.aborted) process.exit(130);
  controller.abort();
});
const hooks = { onEvent() {}, signal: controller.signal };
try {
  await downloadDataset('set', folder, hooks, { set: [JSON.parse(archive)] });
} catch (error) {
  if (error?.name === 'UserError') {
    console.error(`error: ${error.message}\n  code:     ${error.code}`);
    process.exitCode = 2;
  } else if (error?.name === 'Interrupted') {
    process.exitCode = 130;
  } else {
    console.error('This is a bug in safe-augment; please report it with the details below.');
    console.error(error);
    process.exitCode = 1;
  }
}
