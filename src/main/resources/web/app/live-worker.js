// The socket to the event-bus bridge. It lives in a worker, because browsers slow down the timers of hidden tabs so
// much that the bridge would miss the pings. It imports nothing: import maps do not apply to workers.

const PING_MS = 15_000;
const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

const decoder = new TextDecoder();

let url = null;
let user = null;
let token = null;
let days = [];
let socket = null;
let delay = MIN_DELAY_MS;
let retry = 0;
let ping = 0;
let asleep = false;
let wasOpen = false;

const isOpen = () => socket?.readyState === WebSocket.OPEN;
const send = frame => { if (isOpen()) { socket.send(JSON.stringify(frame)); } };
const headers = () => token ? {authorization: "Bearer " + token} : {};
const register = address => send({type: "register", address, headers: headers()});
const unregister = address => send({type: "unregister", address, headers: headers()});

function connect() {
  clearTimeout(retry);
  if (!url || socket || asleep || (!user && days.length === 0)) {
    return;
  }
  socket = new WebSocket(url);
  // The bridge sends its own replies as binary frames.
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    if (user) {
      register(user);
    }
    days.forEach(register);
    ping = setInterval(() => send({type: "ping"}), PING_MS);
    postMessage({type: "open", again: wasOpen});
    wasOpen = true;
  };
  socket.onmessage = ({data}) => {
    const frame = JSON.parse(typeof data === "string" ? data : decoder.decode(data));
    delay = MIN_DELAY_MS;
    if (frame.type === "rec" && frame.address) {
      postMessage({type: "message", address: frame.address, body: frame.body});
    }
  };
  socket.onclose = () => {
    clearInterval(ping);
    socket = null;
    postMessage({type: "closed"});
    retry = setTimeout(connect, delay * (0.5 + Math.random()));
    delay = Math.min(delay * 2, MAX_DELAY_MS);
  };
}

function disconnect() {
  clearTimeout(retry);
  if (socket) {
    socket.onclose = null;
    socket.close();
    socket = null;
    clearInterval(ping);
  }
}

onmessage = ({data}) => {
  if (data.type === "open") {
    url = data.url;
    connect();
  } else if (data.type === "user") {
    // A socket belongs to one user.
    disconnect();
    ({address: user, token} = data);
    wasOpen = false;
    connect();
  } else if (data.type === "token") {
    token = data.token;
    if (user) {
      send({type: "send", address: "notifications.renew", headers: headers(), body: {}, replyAddress: "renewed"});
    }
    connect();
  } else if (data.type === "days") {
    const before = days;
    days = data.addresses;
    before.filter(address => !days.includes(address)).forEach(unregister);
    days.filter(address => !before.includes(address)).forEach(register);
    if (!isOpen()) {
      connect();
    } else if (!user && days.length === 0) {
      disconnect();
    }
  } else if (data.type === "wake") {
    asleep = false;
    delay = MIN_DELAY_MS;
    connect();
  } else if (data.type === "sleep") {
    asleep = true;
    disconnect();
  }
};
