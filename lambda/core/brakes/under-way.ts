/** An execution that a worker has in hand: it is about to begin an attempt, or has begun one. */
export interface UnderWay {
  readonly executionId: string;
  /** Names the rights that it began under: they must not be taken away before it has ended. */
  readonly rights: string;
  /** When its attempt has certainly ended, whatever becomes of its worker. */
  readonly expires: Date;
}

export const isUnderWay = ({ expires }: UnderWay, now: Date): boolean => expires.getTime() > now.getTime();
