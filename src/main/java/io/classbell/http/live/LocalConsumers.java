package io.classbell.http.live;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * A Vert.x whose event bus registers consumers on this node alone. The bridge asks for clustered
 * consumers; ten thousand sockets would be ten thousand entries in the cluster's tables, each to be
 * written when a browser comes and looked up when it is told something, though no other node ever
 * speaks to a browser's address. Clients may write the UUID in an address in upper case; messages
 * are published to the address in lower case.
 */
final class LocalConsumers {

  private LocalConsumers() {}

  static Vertx of(Vertx vertx) {
    EventBus local = proxy(EventBus.class, busHandler(vertx.eventBus()));
    return proxy(
        Vertx.class,
        (self, method, arguments) ->
            method.getName().equals("eventBus") ? local : invoke(vertx, method, arguments));
  }

  private static InvocationHandler busHandler(EventBus bus) {
    return (self, method, arguments) -> {
      if (!method.getName().equals("consumer") || !(arguments[0] instanceof String address)) {
        return invoke(bus, method, arguments);
      }
      if (arguments.length == 1) {
        return bus.localConsumer(LiveBridge.busAddress(address));
      }
      @SuppressWarnings("unchecked")
      Handler<Message<Object>> handler = (Handler<Message<Object>>) arguments[1];
      return bus.localConsumer(LiveBridge.busAddress(address), handler);
    };
  }

  private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
