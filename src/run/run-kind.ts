import { commandOf } from './files/index.js';
import { UserError } from '../core/index.js';

/**
 * A training has a network, and neither a policy nor verdicts.
 *
 * @param kinds commands whose runs will do; a folder without a run's configuration is left to others
 * @throws UserError `RUN_KIND`
 */
export function requireLearned(
  run: string,
  remedy: string,
  kinds: readonly string[] = ['learn', 'compare'],
): void {
  const command = commandOf(run);
  if (command === undefined || kinds.includes(command)) return;
  throw new UserError('RUN_KIND', 'This run has learned no policy.', {
    where: run,
    expected: 'the run folder of a learn',
    got: `that of a ${command}`,
    remedy,
  });
}
