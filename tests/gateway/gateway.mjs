/**
 * A real Wechaty gateway over made-up contacts and rooms, steered by JSON lines.
 *
 * The first line on stdin sets the scene:
 *   {"port", "token", "bot": {"id", "name"}, "contacts": [{"id", "name", ...}], "rooms": [{"id", "topic", "memberIdList"}]}
 * After it every line is a command {"n", "do", ...}, answered by {"re": n, ...} or {"re": n, "error"} on stdout.
 * What happens by itself is told as {"event", ...}: "ready", "heard" (the bot sent something), "accepted" (a friendship).
 */
import readline from 'node:readline'

import { FileBox } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { mock, PuppetMock } from 'wechaty-puppet-mock'
import { PuppetServer } from 'wechaty-puppet-service'

// Not exported by the package: the only hand on the one event stream, for ending it as a gateway that restarts does.
import { EventStreamManager } from './node_modules/wechaty-puppet-service/dist/esm/src/server/event-stream-manager.js'

const tell = (line) => process.stdout.write(JSON.stringify(line) + '\n')

let streams
const start = EventStreamManager.prototype.start
EventStreamManager.prototype.start = function (stream) {
  streams = this
  return start.call(this, stream)
}

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const scene = JSON.parse((await lines.next()).value)

const mocker = new mock.Mocker()
const puppet = new PuppetMock({ mocker })
const friendships = new Map()
let serial = 0

puppet.friendshipRawPayload = async id => friendships.get(id)
puppet.friendshipAccept = async id => tell({ event: 'accepted', friendship: id })

// The mock takes cards and forgets them; `scene.cards` false is a puppet that has none.
puppet.messageSendUrl = async (conversation, card) => {
  if (scene.cards === false) { PUPPET.throwUnsupportedError() }
  tell({ event: 'heard', id: '', [conversation.includes('@') ? 'room' : 'to']: conversation, text: '', card })
}

const bot = mocker.createContact({ type: 1, friend: false, ...scene.bot })
const addContact = contact => mocker.createContact({ type: 1, friend: true, alias: '', ...contact })
const addRoom = room => mocker.createRoom(room)
scene.contacts.forEach(addContact)
scene.rooms.forEach(addRoom)

// Runs at every connect: the people and rooms above stay, only the login is new.
mocker.use(() => {
  if (!puppet.isLoggedIn && scene.login !== false) { mocker.login(bot) }
  return () => {}
})

puppet.on('message', async ({ messageId }) => {
  const payload = mocker.messagePayload(messageId)
  if (payload.talkerId !== bot.id) { return }
  const json = mocker.cacheFileBoxPayload.get(messageId)
  const file = json && FileBox.fromJSON(json)
  tell({
    event: 'heard',
    id: messageId,
    room: payload.roomId,
    to: payload.listenerId,
    text: payload.text,
    file: file && { name: file.name, base64: await file.toBase64() },
  })
})

const commands = {
  say ({ from, room, to, text, file, type, timestamp, mentions, id }) {
    if (id && mocker.cacheMessagePayload.has(id)) {
      puppet.emit('message', { messageId: id })
      return { id }
    }
    id ??= `message-${process.pid}-${++serial}`
    if (file) { mocker.cacheFileBoxPayload.set(id, FileBox.fromBase64(file.base64, file.name).toJSON()) }
    const where = room ? { roomId: room, mentionIdList: mentions ?? [] } : { listenerId: to ?? bot.id }
    mocker.MessageMock.create({
      id,
      talkerId: from,
      timestamp: timestamp ?? Date.now(),
      type: type ?? (file ? PUPPET.types.Message.Attachment : PUPPET.types.Message.Text),
      text: text ?? '',
      filename: file?.name,
      ...where,
    })
    puppet.emit('message', { messageId: id })
    return { id }
  },
  contact ({ contact }) { addContact(contact) },
  room ({ room }) { addRoom(room) },
  join ({ room, contact, inviter }) {
    mocker.RoomMock.load(room).add(mocker.ContactMock.load(contact)).by(mocker.ContactMock.load(inviter))
  },
  topic ({ room, topic, by }) { mocker.RoomMock.load(room).topic(topic).by(mocker.ContactMock.load(by)) },
  async friend ({ contact, friend }) {
    mocker.contactPayload(contact, { ...mocker.contactPayload(contact), friend })
    await puppet.dirtyPayload(PUPPET.types.Payload.Contact, contact)
  },
  friendship ({ id, contact, type }) {
    friendships.set(id, { id, contactId: contact, type: PUPPET.types.Friendship[type], hello: '', ticket: 'ticket', timestamp: Date.now() })
    puppet.emit('friendship', { friendshipId: id })
  },
  error ({ text }) { puppet.emit('error', new Error(text)) },
  raw ({ type, payload }) { streams.grpcEmit(type, payload) },
  end () { streams.stop() },
  nothing () {},
  async logout () { await puppet.logout() },
  login () { mocker.login(bot) },
}

const server = new PuppetServer({
  endpoint: `127.0.0.1:${scene.port}`,
  puppet,
  token: scene.token,
  tls: { disable: true },
})
await server.start()
tell({ event: 'ready' })

for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const { n, do: name, ...rest } = JSON.parse(line)
  try {
    tell({ re: n, ...await commands[name](rest) })
  } catch (error) {
    tell({ re: n, error: String(error) })
  }
}
process.exit(0)
