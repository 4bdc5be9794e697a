import type { Message } from './message';

/**
 * The messages that a receive may hand out now, in order. In a FIFO queue a group with a message in flight, or not yet
 * visible, gives nothing, and one receive may give several of a group, in their order.
 */
export const selectVisible = (messages: Iterable<Message>, fifo: boolean, now: number): readonly Message[] => {
  const blocked = new Set<string>();
  const found: Message[] = [];
  for (const message of messages) {
    const visible = message.visibleAt <= now;
    if (!fifo || message.groupId === undefined) {
      if (visible) found.push(message);
      continue;
    }
    if (!visible) blocked.add(message.groupId);
    else if (!blocked.has(message.groupId)) found.push(message);
  }
  return found;
};
