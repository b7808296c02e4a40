package io.classbell.platform.bus;

import com.fasterxml.jackson.databind.JavaType;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.json.Json;
import io.classbell.platform.json.RawJson;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The typed event bus: sends requests to other modules and serves theirs. A request ends in one of
 * three ways: with the reply; with {@link RejectedException}, if the operation was definitely not
 * carried out; or with {@link OutcomeUnknown}.
 *
 * <p>Requests are served concurrently: the message consumer hands each message to the verticle's
 * context, because a consumer on a virtual thread would otherwise process one message at a time,
 * even across {@code await}.
 */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

  /** How long an answer is waited for unless the caller says otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Limit of messages in progress on a node. More are rejected at once, so that queues stay
   * bounded.
   */
  private static final int MOST_IN_FLIGHT = 20_000;

  /**
   * Limit of messages in progress at one address, so that one slow operation does not block all
   * others.
   */
  private static final int MOST_AT_ONE_ADDRESS = 5_000;

  private static final Rejection OVERLOADED =
      new Rejection(503, "overloaded", "Too much is under way. Try again.", true, 1, null);

  private static final Rejection UNREADABLE =
      new Rejection(500, "unreadable_message", "The parts of the platform differ.", true, 1, null);

  private final Vertx vertx;
  private final EventBus eventBus;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final List<MessageConsumer<?>> consumers = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, JavaType> replyTypes = new ConcurrentHashMap<>();

  public Bus(Vertx vertx) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    eventBus.registerCodec(new WireCodec());
  }

  /** Sends a request with the default timeout. */
  public <Q, A> Future<A> ask(Operation<Q, A> operation, Q request) {
    return ask(operation, request, DEFAULT_TIMEOUT);
  }

  /** Sends a request; fails with {@link RejectedException} or {@link OutcomeUnknown}. */
  public <Q, A> Future<A> ask(Operation<Q, A> operation, Q request, Duration timeout) {
    DeliveryOptions options =
        options()
            .setSendTimeout(timeout.toMillis())
            .addHeader(Deadline.HEADER, Long.toString(timeout.toMillis()));
    return eventBus
        .<Object>request(operation.address(), request, options)
        .transform(
            result -> {
              if (result.failed()) {
                return Future.failedFuture(new OutcomeUnknown(operation.address(), result.cause()));
              }
              Reply<A> reply;
              try {
                reply = reply(operation, result.result().body());
              } catch (IllegalArgumentException unreadable) {
                return Future.failedFuture(new OutcomeUnknown(operation.address(), unreadable));
              }
              if (reply.refused() != null) {
                return Future.failedFuture(new RejectedException(reply.refused()));
              }
              return Future.succeededFuture(reply.done());
            });
  }

  /** Publishes an event to all listeners on all nodes. Delivery is at most once. */
  public <E> void publish(Event<E> event, E body) {
    eventBus.publish(event.address(), body, options());
  }

  /** Sends an event to one listener. Delivery is at most once. */
  public <E> void send(Event<E> event, E body) {
    eventBus.send(event.address(), body, options());
  }

  /** Registers a listener that runs on the current context. */
  public <E> Future<Void> on(Event<E> event, Consumer<E> listener) {
    return consume(
        event.address(),
        message -> {
          try {
            listener.accept(body(message, event.body()));
          } catch (RuntimeException e) {
            LOG.error("A listener of event {} failed", event.address(), e);
          }
        });
  }

  /**
   * Serves an operation with blocking code on the current (virtual-thread) context. A {@link
   * RejectedException} that the handler throws is sent to the caller as its rejection; any other
   * exception becomes a 500, after which the operation may or may not have had an effect.
   */
  public <Q, A> Future<Void> serve(Operation<Q, A> operation, Function<Q, A> handler) {
    return serveAsync(operation, request -> Future.succeededFuture(handler.apply(request)));
  }

  /** Serves an operation asynchronously, on any context. */
  public <Q, A> Future<Void> serveAsync(Operation<Q, A> operation, Function<Q, Future<A>> handler) {
    return consume(
        operation.address(),
        message -> {
          Future<A> answer;
          try {
            answer = handler.apply(body(message, operation.request()));
          } catch (Throwable t) {
            answer = Future.failedFuture(t);
          }
          return answer.andThen(
              done ->
                  message.reply(
                      done.succeeded()
                          ? new Reply<>(done.result(), null)
                          : new Reply<>(null, failure(operation.address(), done.cause())),
                      options()));
        },
        message -> message.reply(new Reply<>(null, OVERLOADED), options()));
  }

  /**
   * Serves a task of the outbox. The handler receives a batch and returns the messages that failed;
   * all other messages of the batch count as done.
   */
  public <B> Future<Void> serveTask(
      Task<B> task, Function<List<Task.Due<B>>, List<Task.Failed>> handler) {
    return serve(task.delivery(), deliver -> TaskBatch.carryOut(task, deliver, handler));
  }

  /**
   * Stops other nodes from sending messages to this node. Messages that they have sent before are
   * still served, because a message for a handler that no longer exists would be lost silently.
   */
  public Future<Void> turnAway() {
    return Cluster.withdraw(vertx, consumers.stream().map(MessageConsumer::address).toList());
  }

  /** Stops accepting messages, then waits up to {@code limit} for those in progress. */
  public Future<Void> drain(Duration limit) {
    List<Future<Void>> gone = consumers.stream().map(MessageConsumer::unregister).toList();
    consumers.clear();
    return Future.join(gone).transform(r -> idle(vertx.getOrCreateContext(), limit.toMillis()));
  }

  /** Returns the number of messages in progress on this node. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Counts the messages that were rejected because too many were in progress. */
  public LongAdder refused() {
    return refused;
  }

  private Future<Void> idle(Context context, long millisLeft) {
    if (inFlight.get() == 0 || millisLeft <= 0) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    vertx.setTimer(20, t -> idle(context, millisLeft - 20).onComplete(promise));
    return promise.future();
  }

  private Future<Void> consume(String address, Consumer<Message<Object>> handler) {
    return consume(
        address,
        message -> {
          handler.accept(message);
          return Future.succeededFuture();
        },
        message -> LOG.warn("Overloaded: an event on {} is dropped", address));
  }

  private Future<Void> consume(
      String address,
      Function<Message<Object>, Future<?>> handler,
      Consumer<Message<Object>> refuse) {
    MessageConsumer<Object> consumer =
        eventBus.consumer(
            new MessageConsumerOptions()
                .setAddress(address)
                .setMaxBufferedMessages(MOST_IN_FLIGHT));
    consumers.add(consumer);
    AtomicInteger here = new AtomicInteger();
    consumer.handler(
        message -> {
          if (!enter(here)) {
            refused.increment();
            refuse.accept(message);
            return;
          }
          Context context = vertx.getOrCreateContext();
          context.runOnContext(
              v -> {
                String trace = message.headers().get(Trace.HEADER);
                if (trace != null) {
                  Trace.set(trace);
                }
                Deadline.set(message.headers().get(Deadline.HEADER));
                Future<?> done;
                try {
                  done = handler.apply(message);
                } catch (Throwable t) {
                  done = Future.failedFuture(t);
                }
                done.onComplete(r -> leave(here));
              });
        });
    return consumer.completion();
  }

  /** Counts one more message, at its address and in total; returns false if a limit is exceeded. */
  private boolean enter(AtomicInteger here) {
    boolean roomHere = here.incrementAndGet() <= MOST_AT_ONE_ADDRESS;
    boolean fits = inFlight.incrementAndGet() <= MOST_IN_FLIGHT && roomHere;
    if (!fits) {
      leave(here);
    }
    return fits;
  }

  private void leave(AtomicInteger here) {
    here.decrementAndGet();
    inFlight.decrementAndGet();
  }

  /**
   * Decodes a message. A message that cannot be decoded, for example from a node of another
   * version, is rejected before it has any effect.
   */
  private static <T> T body(Message<Object> message, Class<T> type) {
    Object body = message.body();
    if (!(body instanceof RawJson wire)) {
      return type.cast(body);
    }
    try {
      return Json.read(wire.json(), Json.mapper().constructType(type));
    } catch (IllegalArgumentException unreadable) {
      LOG.error("{} was sent {}", message.address(), unreadable.getMessage());
      throw new RejectedException(UNREADABLE);
    }
  }

  @SuppressWarnings("unchecked")
  private <A> Reply<A> reply(Operation<?, A> operation, Object body) {
    if (body instanceof RawJson wire) {
      JavaType type =
          replyTypes.computeIfAbsent(
              operation.address(),
              a ->
                  Json.mapper()
                      .getTypeFactory()
                      .constructParametricType(Reply.class, operation.reply()));
      return Json.read(wire.json(), type);
    }
    return (Reply<A>) body;
  }

  private static Rejection failure(String address, @Nullable Throwable cause) {
    if (cause instanceof RejectedException refused) {
      return refused.failure();
    }
    if (cause instanceof OutcomeUnknown || cause instanceof CommitUnknown) {
      return new Rejection(
          503, "outcome_unknown", "Not known yet whether that was done. Ask again.", true, 1, null);
    }
    LOG.error("{} failed", address, cause);
    return new Rejection(500, "internal_error", "That failed on our side.", true, null, null);
  }

  private static DeliveryOptions options() {
    DeliveryOptions options = new DeliveryOptions().setCodecName(WireCodec.NAME);
    String trace = Trace.current();
    return trace == null ? options : options.addHeader(Trace.HEADER, trace);
  }
}
