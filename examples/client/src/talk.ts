/** A conversation that a service keeps: typed by what the service says of itself. */

import { randomUUID } from "node:crypto";

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./service.js";

export type Pairing = components["schemas"]["Pairing"];
export type Fired = components["schemas"]["Fired"];
export type Step = components["schemas"]["Step"];
export type Line = components["schemas"]["Line"];
export type Refusal = components["schemas"]["RefusedProblem"];
type Problem = Refusal | components["schemas"]["Problem"];

/** What stands against a request; refused, it says by which rule, and what to do instead. */
export class Trouble extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  /** The refusal, where the event is refused. */
  get refusal(): Refusal | undefined {
    return "kind" in this.problem ? this.problem : undefined;
  }
}

const TRIES = 5;

/** A request that got no answer is made again with its key: what was done is not done twice. */
async function written<T>(request: (key: string) => Promise<{ data?: T; error?: Problem }>): Promise<T> {
  const key = randomUUID();
  for (let tried = 1; ; tried++) {
    try {
      const { data, error } = await request(key);
      if (error === undefined) return data as T;
      if (![429, 503].includes(error.status) || tried === TRIES) throw new Trouble(error);
    } catch (error) {
      if (error instanceof Trouble || tried === TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250 * tried));
  }
}

export class Talk {
  private constructor(
    private readonly service: Client<paths>,
    readonly id: string,
  ) {}

  /** Open a conversation between two people. */
  static async open(url: string, pairing: Pairing, id: string = randomUUID(), token?: string): Promise<Talk> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const service = createClient<paths>({ baseUrl: url, headers });
    await written((key) =>
      service.POST("/v1/conversations", {
        params: { header: { "Idempotency-Key": key } },
        body: { conversation: id, pairing },
      }),
    );
    return new Talk(service, id);
  }

  /** Fire an event; `of` is the step that asked for it, where it answers an effect. */
  fire(event: Fired["event"], by: Fired["by"], of?: number): Promise<Step> {
    return written((key) =>
      this.service.POST("/v1/conversations/{conversation}/events", {
        params: { path: { conversation: this.id }, header: { "Idempotency-Key": key } },
        body: { event, by, ...(of === undefined ? {} : { of }) },
      }),
    );
  }

  /** Every step after one, as they come; it comes again by itself where the stream ends. */
  async *steps(after = -1): AsyncGenerator<Line> {
    for (let last = after; ; ) {
      const { data, error } = await this.service.GET("/v1/conversations/{conversation}/stream", {
        params: { path: { conversation: this.id }, header: { "Last-Event-ID": last } },
        parseAs: "stream",
      });
      if (error !== undefined) throw new Trouble(error);
      const decoder = new TextDecoder();
      let text = "";
      for await (const part of data as unknown as AsyncIterable<Uint8Array>) {
        const blocks = (text + decoder.decode(part, { stream: true })).split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) {
          const line = block.split("\n").find((each) => each.startsWith("data: "));
          if (line === undefined) continue;
          const step = JSON.parse(line.slice("data: ".length)) as Line;
          last = step.seq;
          yield step;
        }
      }
    }
  }
}
