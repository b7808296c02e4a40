package io.classbell.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.config.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StripeSignatureTest {
  private static final Instant NOW = Instant.parse("2031-03-04T15:00:00Z");
  private static final long TIME = NOW.getEpochSecond();
  private static final byte[] BODY = "{\"id\":\"evt_1\"}".getBytes(StandardCharsets.UTF_8);
  private static final Secret SECRET = Secret.of("whsec_new");
  private static final List<Secret> ROLLED = List.of(SECRET, Secret.of("whsec_old"));

  private static String v1(String secret, String time, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String header(String secret, long time) {
    return "t=" + time + ",v1=" + v1(secret, Long.toString(time), BODY);
  }

  private static boolean valid(String header) {
    return StripeSignature.isValid(header, BODY, ROLLED, NOW);
  }

  @Test
  void each_of_the_secrets_signs() {
    assertThat(valid(header("whsec_new", TIME))).isTrue();
    assertThat(valid(header("whsec_old", TIME))).isTrue();
    assertThat(valid(header("whsec_other", TIME))).isFalse();
  }

  @Test
  void one_of_several_signatures_is_enough() {
    assertThat(valid(header("whsec_other", TIME) + ",v1=" + v1("whsec_old", "" + TIME, BODY)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {-300, -1, 0, 1, 300})
  void a_time_within_the_tolerance_is_accepted(long seconds) {
    assertThat(valid(header("whsec_new", TIME + seconds))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {-86400, -301, 301, 86400})
  void an_old_or_a_future_time_is_refused(long seconds) {
    assertThat(valid(header("whsec_new", TIME + seconds))).isFalse();
  }

  @Test
  void a_body_that_differs_by_a_byte_is_refused() {
    byte[] other = BODY.clone();
    other[2] ^= 1;
    assertThat(StripeSignature.isValid(header("whsec_new", TIME), other, ROLLED, NOW)).isFalse();
  }

  @Test
  void a_missing_header_or_no_secret_is_refused() {
    assertThat(StripeSignature.isValid(null, BODY, ROLLED, NOW)).isFalse();
    assertThat(StripeSignature.isValid(header("whsec_new", TIME), BODY, List.of(), NOW)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "t=",
        "v1=00",
        "t=1,t=2,v1=00",
        "t=99999999999999999999,v1=00",
        "t=-1,v1=00",
        "garbage"
      })
  void a_malformed_header_is_refused(String header) {
    assertThat(valid(header)).isFalse();
  }

  @Test
  void other_schemes_do_not_count() {
    String header = "t=" + TIME + ",v0=" + v1("whsec_new", "" + TIME, BODY);
    assertThat(valid(header)).isFalse();
  }
}
