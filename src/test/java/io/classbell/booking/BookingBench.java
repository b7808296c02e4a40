package io.classbell.booking;

import com.sun.management.OperatingSystemMXBean;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Book;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.CancelBooking;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.SearchSlots;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Prints how many complete bookings, cancellations and searches a second booking and wallet make
 * together, without HTTP and notifications, and what processor time each costs in the JVM and in
 * the database. Not a test: run it by hand.
 */
public final class BookingBench {
  private static final int STUDENTS = 2_000;
  private static final int SLOTS = 500;

  private final SagaWorld world;
  private final int callers;
  private final List<String> students = new ArrayList<>();
  private final List<MeetingView> slots = new ArrayList<>();
  private final Queue<BookingView> booked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger next = new AtomicInteger();
  private final Random random = new Random(1);

  private BookingBench(SagaWorld world, int callers) {
    this.world = world;
    this.callers = callers;
  }

  /** Callers, seconds a round, rounds; server. */
  public static void main(String[] arguments) {
    int callers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    TestDatabase server =
        TestDatabase.valueOf(arguments.length > 3 ? arguments[3] : TestDatabase.MARIADB.name());
    try (SagaWorld world = new SagaWorld(server)) {
      BookingBench bench = new BookingBench(world, callers);
      bench.fill();
      for (int i = 0; i < rounds; i++) {
        bench.round("bookings", seconds, bench::book);
        bench.round("cancels", seconds, bench::cancel);
        bench.round("searches", Math.min(2, seconds), bench::search);
      }
      world.assertSound();
    }
    System.exit(0);
  }

  /** Each student walks through all slots, one after the other, from a place of its own. */
  private void fill() {
    List<Future<String>> rich = new ArrayList<>();
    for (int i = 0; i < STUDENTS; i++) {
      String id = Ids.next();
      students.add(id);
      rich.add(
          world
              .ask(
                  io.classbell.wallet.api.WalletApi.DEPOSIT,
                  new io.classbell.wallet.api.WalletApi.Deposit(
                      Ids.next(), id, 100_000_000, "test", null))
              .map(id));
    }
    rich.forEach(f -> f.await());
    for (int i = 0; i < SLOTS; i++) {
      slots.add(world.slot(Ids.next(), 48 + 2L * i, 1000, 2500));
    }
  }

  private Future<?> book() {
    int n = next.getAndIncrement();
    String student = students.get(n % STUDENTS);
    MeetingView slot = slots.get((n / STUDENTS * 7 + n % STUDENTS) % SLOTS);
    return world
        .ask(BookingApi.BOOK, new Book(Ids.next(), student, slot.id()))
        .onSuccess(booked::add);
  }

  private Future<?> cancel() {
    BookingView booking = booked.poll();
    return booking == null
        ? Future.failedFuture("nothing left to cancel")
        : world.ask(
            BookingApi.CANCEL_BOOKING,
            new CancelBooking(
                Ids.next(),
                new Caller(booking.studentId(), Caller.Role.student),
                booking.id(),
                null));
  }

  private Future<?> search() {
    var from = SagaWorld.NOW.plus(Duration.ofHours(random.nextInt(900)));
    return world.ask(MeetingApi.SEARCH_SLOTS, new SearchSlots(null, from, null, null, 20));
  }

  private void round(String what, int seconds, Supplier<Future<?>> ask) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    AtomicInteger count = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    List<long[]> times = new ArrayList<>();
    List<Future<Void>> done = new ArrayList<>();
    long started = System.nanoTime();
    double jvm = jvmSeconds();
    double database = databaseSeconds();
    for (int i = 0; i < callers; i++) {
      long[] mine = new long[200_000];
      times.add(mine);
      Promise<Void> promise = Promise.promise();
      world
          .vertx
          .getOrCreateContext()
          .runOnContext(v -> next(ask, mine, 0, end, count, failed, promise));
      done.add(promise.future());
    }
    done.forEach(f -> f.await());
    double elapsed = (System.nanoTime() - started) / 1e9;
    long[] all = times.stream().flatMapToLong(Arrays::stream).filter(t -> t > 0).sorted().toArray();
    int n = Math.max(1, count.get());
    System.out.printf(
        "%s: %,.0f/s, %d failed; p50 %.1f ms, p99 %.1f ms; processor time each: JVM %.3f ms, database"
            + " %.3f ms%n",
        what,
        n / elapsed,
        failed.get(),
        all.length == 0 ? 0 : all[all.length / 2] / 1e6,
        all.length == 0 ? 0 : all[(int) (all.length * 0.99)] / 1e6,
        (jvmSeconds() - jvm) * 1000 / n,
        (databaseSeconds() - database) * 1000 / n);
  }

  private void next(
      Supplier<Future<?>> ask,
      long[] mine,
      int n,
      long end,
      AtomicInteger count,
      AtomicInteger failed,
      Promise<Void> promise) {
    long started = System.nanoTime();
    if (started > end || n == mine.length) {
      promise.complete();
      return;
    }
    ask.get()
        .onComplete(
            answer -> {
              mine[n] = System.nanoTime() - started;
              (answer.succeeded() ? count : failed).incrementAndGet();
              if (answer.failed() && failed.get() > 100) {
                promise.tryComplete();
                return;
              }
              next(ask, mine, n + 1, end, count, failed, promise);
            });
  }

  private static double jvmSeconds() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  /** Of this JVM's children: the database server. */
  private static double databaseSeconds() {
    return ProcessHandle.current()
        .descendants()
        .mapToDouble(
            p -> p.info().totalCpuDuration().map(Duration::toNanos).orElse(0L).doubleValue() / 1e9)
        .sum();
  }
}
