import { AwsError } from '../aws-error';
import { Table, type TableSettings } from './table';

/** The account's tables, by name. */
export class TableStore {
  private tables = new Map<string, Table>();

  /** Tables of the same name keep their items. */
  configure(settings: readonly TableSettings[]): void {
    this.tables = new Map(settings.map((one) => [one.name, this.tables.get(one.name) ?? new Table(one)]));
  }

  /** Code ResourceNotFoundException when there is none. */
  find(name: string): Table {
    const found = this.tables.get(name);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
    return found;
  }
}
