import type { Held } from '../core/brakes/seen';
import type { Stage } from '../core/cause';
import { heldEvent } from '../core/event/brake-event';
import type { OutgoingEvent } from '../core/event/common';
import { type ScriptEventContext, scriptEvent } from '../core/event/script-event';
import { isVssOver, vssEvent } from '../core/event/vss-event';
import { type Attempt, type Facts, isOpen, lastAttempt, type Script, type VssCommand } from '../core/execution/facts';
import type { Ports } from './ports';

/**
 * The script events of an execution, as a projection of its facts: `observe` adds what has happened and was not told yet,
 * `flush` sends it once nothing is frozen. After a crash the last attempt is told again: delivery is at least once.
 */
export class Report {
  private readonly told = new Set<string>();
  private waiting: OutgoingEvent[] = [];

  constructor(
    private readonly context: ScriptEventContext,
    private readonly publish: Ports['publish'],
    private heldTold = false,
    /** What was before it, an earlier invocation has told before it handed on. */
    private readonly firstAttempt = 1,
  ) {}

  observe(facts: Facts): void {
    const attempt = lastAttempt(facts);
    if (attempt === undefined || attempt.number < this.firstAttempt) return;
    if (attempt.vss !== undefined) this.tellVss(attempt, attempt.vss);
    if (attempt.pre !== undefined) this.tell(attempt, 'pre', 0, attempt.pre);
    attempt.posts.forEach((post, index) => {
      this.tell(attempt, 'post', index, post);
    });
  }

  /** An execution that a brake holds tells so once, and at once. */
  async held(by: Held): Promise<void> {
    if (this.heldTold) return;
    this.heldTold = true;
    this.add(heldEvent(this.context, by));
    await this.flush();
  }

  add(event: OutgoingEvent): void {
    this.waiting.push(event);
  }

  /** What each look at the instance finds anew. */
  addOnce(event: OutgoingEvent): void {
    if (this.told.has(event.detailType)) return;
    this.told.add(event.detailType);
    this.add(event);
  }

  async flush(): Promise<void> {
    const events = this.waiting;
    this.waiting = [];
    if (events.length > 0) await this.publish(events);
  }

  private tell(attempt: Attempt, stage: Stage, index: number, script: Script): void {
    const neverSent = script.kind === 'refused';
    if (!neverSent)
      this.tellOnce(attempt, stage, index, {
        kind: 'open',
        sentAt: script.sentAt,
        command: 'command' in script ? script.command : undefined,
      });
    if (!isOpen(script)) this.tellOnce(attempt, stage, index, script);
  }

  private tellOnce(attempt: Attempt, stage: Stage, index: number, script: Script): void {
    if (!this.isNew(`${attempt.number} ${stage} ${index} ${isOpen(script) ? 'initiated' : 'ended'}`)) return;
    const recovery = stage === 'post' && attempt.pre !== undefined && attempt.pre.kind !== 'succeeded';
    this.waiting.push(scriptEvent(this.context, attempt, stage, script, recovery));
  }

  private tellVss(attempt: Attempt, vss: VssCommand): void {
    const open: VssCommand = { kind: 'open', sentAt: vss.sentAt, command: 'command' in vss ? vss.command : undefined };
    if (vss.kind !== 'refused' && this.isNew(`${attempt.number} vss initiated`)) this.waiting.push(vssEvent(this.context, attempt, open));
    if (isVssOver(attempt) && this.isNew(`${attempt.number} vss ended`)) this.waiting.push(vssEvent(this.context, attempt, vss));
  }

  private isNew(key: string): boolean {
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }
}
