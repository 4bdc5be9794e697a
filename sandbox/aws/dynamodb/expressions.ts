import { type Attribute, compares, type Item, invalid, union } from './item';

/** `#name` and `:value` of a request. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

/** A request's expressions, read with its placeholders: each used one must be given, and each given one used. */
export class Expressions {
  private readonly used = new Set<string>();

  constructor(private readonly given: Placeholders) {}

  /** Terms with OR between them: `attribute_not_exists(#a)`, `#a = :a`, `#a <= :a`. No expression always holds. */
  condition(expression: string | undefined): (item: Item | undefined) => boolean {
    if (expression === undefined) return () => true;
    const terms = expression.split(' OR ').map((term) => this.term(term));
    return (item) => terms.some((holds) => holds(item));
  }

  private term(text: string): (item: Item | undefined) => boolean {
    const [, absent, left, operator = '', right] =
      /^(?:attribute_not_exists\((#\w+)\)|(#\w+) (=|<=) (:\w+))$/.exec(text) ?? this.unknown(text);
    if (absent !== undefined) {
      const name = this.name(absent);
      return (item) => item?.[name] === undefined;
    }
    const [name, value] = [this.name(left), this.value(right)];
    return (item) => compares(item?.[name], operator, value);
  }

  /** `#key = :value` on the partition key alone: the value. */
  partition(expression: string, partitionKey: string): Attribute {
    const [, left, right] = /^(#\w+) = (:\w+)$/.exec(expression) ?? this.unknown(expression);
    if (this.name(left) !== partitionKey) throw invalid(`Query condition missed key schema element: ${partitionKey}`);
    return this.value(right);
  }

  /** `SET #a = :a, #b = :b` or `ADD #a :a`. */
  update(expression: string): (item: Item) => Item {
    const [, verb = '', rest = ''] = /^(SET|ADD) (.+)$/.exec(expression) ?? this.unknown(expression);
    const changes = rest.split(', ').map((part) => {
      const [, left, right] = (verb === 'SET' ? /^(#\w+) = (:\w+)$/ : /^(#\w+) (:\w+)$/).exec(part) ?? this.unknown(expression);
      return [this.name(left), this.value(right)] as const;
    });
    const changed = (item: Item, name: string, value: Attribute): Attribute => (verb === 'ADD' ? union(item[name], value) : value);
    return (item) => ({ ...item, ...Object.fromEntries(changes.map(([name, value]) => [name, changed(item, name, value)])) });
  }

  /** DynamoDB refuses what is given for nothing. */
  checkUsed(): void {
    const given = [...Object.keys(this.given.ExpressionAttributeNames ?? {}), ...Object.keys(this.given.ExpressionAttributeValues ?? {})];
    const unused = given.filter((placeholder) => !this.used.has(placeholder));
    if (unused.length > 0) throw invalid(`Value provided in the expression attributes unused in expressions: keys: {${unused.join(', ')}}`);
  }

  private name(placeholder = ''): string {
    this.used.add(placeholder);
    const name = this.given.ExpressionAttributeNames?.[placeholder];
    if (name === undefined)
      throw invalid(`An expression attribute name used in the expression is not defined; attribute name: ${placeholder}`);
    return name;
  }

  private value(placeholder = ''): Attribute {
    this.used.add(placeholder);
    const value = this.given.ExpressionAttributeValues?.[placeholder];
    if (value === undefined)
      throw invalid(`An expression attribute value used in the expression is not defined; attribute value: ${placeholder}`);
    return value;
  }

  private unknown(expression: string): never {
    throw invalid(`the sandbox does not know the expression ${expression}`);
  }
}
