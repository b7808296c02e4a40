package io.classbell.notification.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are read back by Jakarta Mail, which shares no code with what writes them. */
class MailHeaderTest {
  private static final Pattern ENCODED_WORD = Pattern.compile("=\\?UTF-8\\?([BQ])\\?(\\S*?)\\?=");

  private static String read(String value) throws Exception {
    return MimeUtility.decodeText(MimeUtility.unfold(value));
  }

  private static void assertWellFormed(String header, String value) throws Exception {
    assertThat(value).matches("[ -~\\r\\n]*");
    for (String line : (header + ": " + value).split("\r\n", -1)) {
      assertThat(line.length()).as(line).isLessThanOrEqualTo(78);
      assertThat(line).doesNotContain("\r").doesNotContain("\n").isNotBlank();
    }
    List<MatchResult> words = ENCODED_WORD.matcher(value).results().toList();
    for (MatchResult word : words) {
      assertThat(word.group().length()).as(word.group()).isLessThanOrEqualTo(75);
      byte[] bytes =
          word.group(1).equals("B")
              ? Base64.getDecoder().decode(word.group(2))
              : bytesOfQ(word.group(2));
      // Throws where the word begins or ends within a character.
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    }
  }

  private static byte[] bytesOfQ(String text) throws Exception {
    return MimeUtility.decode(
            new ByteArrayInputStream(text.replace('_', ' ').getBytes(StandardCharsets.US_ASCII)),
            "quoted-printable")
        .readAllBytes();
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Integer> anything =
        Arbitraries.integers()
            .between(0x20, 0x10FFFF)
            .filter(c -> c < 0xD800 || c > 0xDFFF)
            .filter(c -> !Character.isISOControl(c) && c != 0x2028 && c != 0x2029);
    Arbitrary<Integer> characters =
        Arbitraries.oneOf(
            anything,
            Arbitraries.integers().between(0x20, 0x7E),
            Arbitraries.integers().between(0x1F300, 0x1FAFF),
            Arbitraries.of((int) ' ', (int) '=', (int) '?', (int) '"', (int) '\\', 0xFC, 0x4E2D));
    return characters
        .list()
        .ofMinSize(1)
        .ofMaxSize(200)
        .map(
            list ->
                list.stream()
                    .collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
  }

  @Property
  void every_subject_is_read_as_it_was_written(@ForAll("texts") String text) throws Exception {
    String value = MailHeader.text("Subject", text);
    assertWellFormed("Subject", value);
    assertThat(read(value).strip()).isEqualTo(text.strip());
  }

  @Property
  void every_display_name_is_read_as_it_was_written(@ForAll("texts") String name) throws Exception {
    for (String header : List.of("From", "To", "Reply-To")) {
      String value = MailHeader.address(header, name, "someone@classbell.test");
      assertWellFormed(header, value);
      InternetAddress[] read = InternetAddress.parseHeader(MimeUtility.unfold(value), true);
      assertThat(read).hasSize(1);
      assertThat(read[0].getAddress()).isEqualTo("someone@classbell.test");
      assertThat(read[0].getPersonal() == null ? "" : read[0].getPersonal().strip())
          .isEqualTo(name.strip());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Jazz", "Booked: Piano  for  beginners", "a = b? \"Yes\" (no)"})
  void ascii_stays_plain(String text) {
    assertThat(MailHeader.text("Subject", text)).isEqualTo(text);
  }

  @Test
  void ascii_display_names_stay_plain() {
    assertThat(MailHeader.address("From", "Classbell", "a@b.test"))
        .isEqualTo("Classbell <a@b.test>");
    assertThat(MailHeader.address("From", "Bell, Class (Ltd.)", "a@b.test"))
        .isEqualTo("\"Bell, Class (Ltd.)\" <a@b.test>");
    assertThat(MailHeader.address("From", "", "a@b.test")).isEqualTo("a@b.test");
  }

  @Test
  void text_that_looks_encoded_is_shown_as_it_was_written() throws Exception {
    String text = "=?UTF-8?B?8J+YgA==?= free";
    assertThat(MailHeader.text("Subject", text)).isNotEqualTo(text);
    assertThat(read(MailHeader.text("Subject", text))).isEqualTo(text);
  }
}
