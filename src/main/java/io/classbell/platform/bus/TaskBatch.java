package io.classbell.platform.bus;

import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes a delivery of the schedule to the handler of a task, and collects the failures. */
final class TaskBatch {
  private static final Logger LOG = LoggerFactory.getLogger(TaskBatch.class);

  /** A message that cannot be decoded fails alone; the others are handled. */
  static <B> Task.Delivered carryOut(
      Task<B> task, Task.Deliver deliver, Function<List<Task.Due<B>>, List<Task.Failed>> handler) {
    List<Task.Due<B>> batch = new ArrayList<>();
    List<Task.Failed> failed = new ArrayList<>();
    for (Task.Stored m : deliver.messages()) {
      try {
        B body = Json.read(m.body(), task.body());
        batch.add(new Task.Due<>(m.id(), m.dueAt(), m.attempt(), body));
      } catch (IllegalArgumentException unreadable) {
        failed.add(new Task.Failed(m.id(), String.valueOf(unreadable.getMessage())));
      }
    }
    if (!batch.isEmpty()) {
      failed.addAll(handle(task, batch, handler));
    }
    return new Task.Delivered(failed);
  }

  /**
   * If the handler throws, a batch is split and its messages are handled one by one; the exception
   * of a single message is stored as that message's error.
   */
  private static <B> List<Task.Failed> handle(
      Task<B> task,
      List<Task.Due<B>> batch,
      Function<List<Task.Due<B>>, List<Task.Failed>> handler) {
    try {
      return handler.apply(batch);
    } catch (RejectedException | OutcomeUnknown e) {
      throw e;
    } catch (Exception e) {
      // Also a checked exception: a future that the handler waited for may have failed with one.
      if (batch.size() > 1) {
        throw e;
      }
      LOG.error("A message to {} failed", task.address(), e);
      return List.of(new Task.Failed(batch.getFirst().id(), e.toString()));
    }
  }

  private TaskBatch() {}
}
