import { AwsError } from '../aws-error';
import { type Attribute, type Item, keyText } from './item';

export interface TableSettings {
  readonly name: string;
  readonly arn: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

/** A table with a partition and a sort key, both text. */
export class Table {
  private readonly items = new Map<string, Item>();

  constructor(readonly settings: TableSettings) {}

  private keyOf(item: Item): string {
    return JSON.stringify([keyText(item, this.settings.partitionKey), keyText(item, this.settings.sortKey)]);
  }

  get(key: Item): Item | undefined {
    return this.items.get(this.keyOf(key));
  }

  /** All that a write does happens at once: nobody sees it half, and no other write comes between condition and change. */
  write(key: Item, condition: (item: Item | undefined) => boolean, change: (item: Item | undefined) => Item | undefined): Item | undefined {
    const id = this.keyOf(key);
    const existing = this.items.get(id);
    if (!condition(existing)) throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
    const changed = change(existing);
    if (changed === undefined) this.items.delete(id);
    else this.items.set(id, changed);
    return changed;
  }

  /** The items of a partition, in the order of their sort keys; of all partitions without one. */
  read(partition?: Attribute): readonly Item[] {
    const { partitionKey, sortKey } = this.settings;
    const wanted = partition === undefined ? undefined : JSON.stringify(partition);
    const found = [...this.items.values()].filter((item) => wanted === undefined || JSON.stringify(item[partitionKey]) === wanted);
    return found.sort((a, b) => (keyText(a, sortKey) < keyText(b, sortKey) ? -1 : 1));
  }
}
