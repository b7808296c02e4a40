package io.classbell.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body whose length is not known beforehand. */
final class BufferStream implements ReadStream<Buffer> {

  private final Buffer content;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> end;
  private boolean sent;

  BufferStream(Buffer content) {
    this.content = content;
  }

  private void flow() {
    if (!sent && handler != null && end != null) {
      sent = true;
      handler.handle(content);
      end.handle(null);
    }
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> ignored) {
    return this;
  }

  @Override
  public ReadStream<Buffer> handler(@Nullable Handler<Buffer> to) {
    handler = to;
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    flow();
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    flow();
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(@Nullable Handler<Void> to) {
    end = to;
    return this;
  }
}
