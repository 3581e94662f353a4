// Another city system, written from docs/subscribing.md alone, with a client of AMQP that the
// platform does not use: works out the published figures of 马路天使, by the stream and by the feed.
import amqplib from "amqplib";

const { AMQP_URL, FEED, TOKEN, LAST } = process.env;
const KINDS = ["events.attendance_recorded.v1", "events.session_closed.v1",
  "volunteers.hours_credited.v1", "volunteers.hours_corrected.v1"];

class Account {
  ids = new Set();
  states = new Map();
  minutes = new Map();
  reversed = new Set();
  served = new Map();

  take(fact) {
    if (this.ids.has(fact.id)) return;
    this.ids.add(fact.id);
    const data = fact.data;
    if (data.session?.programme !== "road-angels") return;
    if (fact.type === KINDS[0])
      this.states.set(`${data.session.session_id} ${data.registration_id} ${data.person_ref}`,
        data.state);
    if (fact.type === KINDS[1]) this.served.set(data.session.session_id, data.served_count ?? 0);
    if (fact.type === KINDS[2]) this.minutes.set(data.entry_id, data.minutes);
    if (fact.type === KINDS[3]) this.reversed.add(data.reverses);
  }

  figures() {
    const sum = (numbers) => numbers.reduce((whole, one) => whole + one, 0);
    const counted = [...this.minutes].filter(([entry]) => !this.reversed.has(entry));
    const minutes = sum(counted.map(([, one]) => one));
    return { facts: this.ids.size, attendances: [...this.states.values()].filter((state) => state === "present").length, minutes, hours: minutes / 60,
      served_reported: sum([...this.served.values()]) };
  }
}

async function byStream() {
  const account = new Account();
  const connection = await amqplib.connect(AMQP_URL);
  const channel = await connection.createChannel();
  await channel.prefetch(500);
  await new Promise((done) => {
    channel.consume("city.log", (message) => {
      account.take(JSON.parse(message.content));
      channel.ack(message);
      if (account.ids.size === Number(LAST)) done();
    }, { arguments: { "x-stream-offset": "first" } });
  });
  await connection.close();
  return account.figures();
}

async function byFeed() {
  const account = new Account();
  let page = { next: 0, more: true };
  while (page.more) {
    const query = new URLSearchParams({ after: page.next, limit: 1000, facts: KINDS.join(",") });
    const answer = await fetch(`${FEED}?${query}`,
      { headers: { Authorization: `Bearer ${TOKEN}` } });
    if (!answer.ok) throw new Error(await answer.text());
    page = await answer.json();
    for (const one of page.facts) account.take(one.fact);
  }
  return account.figures();
}

console.log(JSON.stringify({ stream: await byStream(), feed: await byFeed() }));
