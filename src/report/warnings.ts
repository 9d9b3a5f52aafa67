import type { EventLine } from '../run/files/index.js';
import { markup, nothing, type Markup } from './html.js';
import { list, section } from './elements.js';

/** What the run warned of, each warning once; nothing where it had none. */
export function warnings(events: readonly EventLine[]): Markup {
  const messages = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  const items = [...new Set(messages)];
  return items.length === 0 ? nothing : section('warnings', 'Warnings', markup`${list(items)}`);
}
