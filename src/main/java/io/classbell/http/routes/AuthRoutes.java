package io.classbell.http.routes;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Tokens;
import io.classbell.account.api.AccountApi.User;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Identity;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.contract.Contract;
import io.classbell.http.problem.Problem;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of registration, login, sessions and the profile. */
public final class AuthRoutes {

  /** Name of the HttpOnly cookie that holds the refresh token. */
  public static final String REFRESH_COOKIE = "classbell_refresh";

  /** Recognises a browser that logged in before; see {@link AccountApi.Login}. */
  public static final String DEVICE_COOKIE = "classbell_device";

  private static final long DEVICE_COOKIE_SECONDS = Duration.ofDays(365).toSeconds();

  /**
   * A session as the API represents it; contains the refresh token only if the client asked for it.
   */
  public record Session(
      String accessToken,
      String tokenType,
      long expiresIn,
      @Nullable String refreshToken,
      User user) {}

  /** An updated profile; after a change of password, with the new session. */
  record Profile(
      String id,
      String email,
      String name,
      Caller.Role role,
      String status,
      String timezone,
      String locale,
      Instant createdAt,
      @Nullable Boolean emailVerified,
      @Nullable Session session) {}

  private final ModuleClient ask;
  private final boolean secureCookies;

  /**
   * @param secureCookies false only in test mode over plain HTTP on loopback, where Safari drops
   *     Secure cookies
   */
  public AuthRoutes(ModuleClient ask, boolean secureCookies) {
    this.ask = ask;
    this.secureCookies = secureCookies;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("register", this::register);
    routes.put("login", this::login);
    routes.put("refresh", this::refresh);
    routes.put("logout", this::logout);
    routes.put("requestPasswordReset", this::requestPasswordReset);
    routes.put("confirmPasswordReset", this::confirmPasswordReset);
    routes.put("verifyEmail", this::verifyEmail);
    routes.put("resendVerification", this::resendVerification);
    routes.put("getMe", this::getMe);
    routes.put("updateMe", this::updateMe);
  }

  private Future<Answer> register(Call call) {
    return ask.of(
            AccountApi.REGISTER,
            new AccountApi.Register(
                call.commandId(),
                call.body().getString("email"),
                Secret.of(call.body().getString("password")),
                call.body().getString("name"),
                Caller.Role.valueOf(call.body().getString("role")),
                call.text("timezone"),
                call.text("locale"),
                call.address()))
        .map(Answer::created);
  }

  private Future<Answer> login(Call call) {
    // Not the command id, which a repetition with the same Idempotency-Key shares.
    String requestId = Ids.next();
    call.closed()
        .onSuccess(gone -> ask.publish(AccountApi.GIVEN_UP, new AccountApi.GivenUp(requestId)));
    return ask.of(
            AccountApi.LOGIN,
            new AccountApi.Login(
                call.body().getString("email"),
                Secret.of(call.body().getString("password")),
                call.address(),
                device(call),
                requestId))
        .map(tokens -> session(tokens, wantsRefreshTokenInBody(call)));
  }

  private Future<Answer> refresh(Call call) {
    String given = call.text("refreshToken");
    String token = given == null ? call.refreshCookie() : given;
    if (token == null) {
      return Future.failedFuture(Problem.unauthorized());
    }
    return ask.of(AccountApi.REFRESH, new AccountApi.Refresh(Secret.of(token), call.address()))
        .map(tokens -> session(tokens, given != null));
  }

  private Future<Answer> logout(Call call) {
    String given = call.text("refreshToken");
    String token = given == null ? call.refreshCookie() : given;
    Identity bearer = call.bearer();
    if (bearer == null && token == null) {
      return Future.failedFuture(Problem.unauthorized());
    }
    return ask.of(
            AccountApi.LOGOUT,
            new AccountApi.Logout(
                bearer == null ? null : bearer.sessionId(),
                token == null ? null : Secret.of(token),
                call.body().getBoolean("everywhere", false)))
        .map(done -> Answer.empty(204).withCookie(cookie("", 0)));
  }

  private Future<Answer> requestPasswordReset(Call call) {
    return ask.of(
            AccountApi.REQUEST_RESET,
            new AccountApi.RequestReset(call.body().getString("email"), call.address()))
        .map(done -> Answer.empty(202));
  }

  /**
   * An invalid token is a field error here rather than a 401, because it does not authenticate the
   * caller.
   */
  private Future<Answer> confirmPasswordReset(Call call) {
    return ask.of(
            AccountApi.CONFIRM_RESET,
            new AccountApi.ConfirmReset(
                Secret.of(call.body().getString("token")),
                Secret.of(call.body().getString("password")),
                call.address(),
                device(call)))
        .map(done -> withDevice(Answer.empty(204), done.device()))
        .recover(AuthRoutes::invalidTokenAsField);
  }

  private Future<Answer> verifyEmail(Call call) {
    return ask.of(
            AccountApi.VERIFY_EMAIL,
            new AccountApi.VerifyEmail(Secret.of(call.body().getString("token"))))
        .map(done -> Answer.empty(204))
        .recover(AuthRoutes::invalidTokenAsField);
  }

  private Future<Answer> resendVerification(Call call) {
    return ask.of(
            AccountApi.RESEND_VERIFICATION,
            new AccountApi.ResendVerification(call.userId(), call.address()))
        .map(done -> Answer.empty(202));
  }

  private static Future<Answer> invalidTokenAsField(Throwable e) {
    return Future.failedFuture(
        e instanceof RejectedException refused && isInvalidToken(refused.failure())
            ? Problem.field("token", "invalid_token", "The token is invalid or has expired.")
            : e);
  }

  private static boolean isInvalidToken(Rejection failure) {
    return failure.code().equals(AccountApi.INVALID_TOKEN.code());
  }

  private Future<Answer> getMe(Call call) {
    return ask.of(AccountApi.PROFILE, new AccountApi.ProfileOf(call.userId())).map(Answer::ok);
  }

  private Future<Answer> updateMe(Call call) {
    String newPassword = call.text("newPassword");
    String currentPassword = call.text("currentPassword");
    if (newPassword != null && currentPassword == null) {
      return Future.failedFuture(
          Problem.field("currentPassword", "required", "A new password needs the current one."));
    }
    return ask.of(
            AccountApi.UPDATE_PROFILE,
            new AccountApi.UpdateProfile(
                call.userId(),
                call.text("name"),
                call.text("timezone"),
                call.text("locale"),
                currentPassword == null ? null : Secret.of(currentPassword),
                newPassword == null ? null : Secret.of(newPassword),
                device(call)))
        .map(updated -> profile(updated, wantsRefreshTokenInBody(call)));
  }

  private Answer profile(AccountApi.Updated updated, boolean refreshTokenInBody) {
    Tokens tokens = updated.session();
    if (tokens == null) {
      return Answer.ok(updated.user());
    }
    User user = updated.user();
    Profile profile =
        new Profile(
            user.id(),
            user.email(),
            user.name(),
            user.role(),
            user.status(),
            user.timezone(),
            user.locale(),
            user.createdAt(),
            user.emailVerified(),
            shown(tokens, refreshTokenInBody));
    return withRefreshToken(Answer.ok(profile), tokens, refreshTokenInBody);
  }

  private Answer session(Tokens tokens, boolean refreshTokenInBody) {
    return withRefreshToken(
        Answer.ok(shown(tokens, refreshTokenInBody)), tokens, refreshTokenInBody);
  }

  private static Session shown(Tokens tokens, boolean refreshTokenInBody) {
    return new Session(
        tokens.accessToken().reveal(),
        "Bearer",
        tokens.expiresIn(),
        refreshTokenInBody ? tokens.refreshToken().reveal() : null,
        tokens.user());
  }

  /** Adds the refresh token as a cookie, unless the client asked for it in the body. */
  private Answer withRefreshToken(Answer answer, Tokens tokens, boolean isInBody) {
    return isInBody
        ? answer
        : withDevice(
            answer.withCookie(cookie(tokens.refreshToken().reveal(), tokens.refreshExpiresIn())),
            tokens.device());
  }

  private Answer withDevice(Answer answer, @Nullable Secret device) {
    return device == null
        ? answer
        : answer.withCookie(cookie(DEVICE_COOKIE, device.reveal(), DEVICE_COOKIE_SECONDS));
  }

  private static @Nullable Secret device(Call call) {
    String cookie = call.deviceCookie();
    return cookie == null ? null : Secret.of(cookie);
  }

  private static boolean wantsRefreshTokenInBody(Call call) {
    return "body".equals(call.text("refreshTokenIn"));
  }

  private String cookie(String value, long maxAgeSeconds) {
    return cookie(REFRESH_COOKIE, value, maxAgeSeconds);
  }

  private String cookie(String name, String value, long maxAgeSeconds) {
    return name
        + "="
        + value
        + "; Path="
        + Contract.PREFIX
        + "/auth; Max-Age="
        + maxAgeSeconds
        + (secureCookies ? "; HttpOnly; Secure; SameSite=Strict" : "; HttpOnly; SameSite=Strict");
  }
}
