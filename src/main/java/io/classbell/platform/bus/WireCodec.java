package io.classbell.platform.bus;

import io.classbell.platform.json.Json;
import io.classbell.platform.json.RawJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * The codec of all messages of the platform. Inside a JVM the record is passed as it is; between
 * nodes it is sent as JSON. There is no codec per record type: a node without the codec of a reply
 * would turn an executed command into a timeout.
 */
final class WireCodec implements MessageCodec<Object, Object> {
  static final String NAME = "classbell";

  @Override
  public void encodeToWire(Buffer buffer, Object body) {
    byte[] json = body instanceof RawJson wire ? wire.json() : Json.writeBytes(body);
    buffer.appendInt(json.length).appendBytes(json);
  }

  @Override
  public Object decodeFromWire(int position, Buffer buffer) {
    int length = buffer.getInt(position);
    return new RawJson(buffer.getBytes(position + 4, position + 4 + length));
  }

  @Override
  public Object transform(Object body) {
    return body;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
