package io.classbell.notification.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.mail.MailText.Link;
import io.classbell.notification.text.Language;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailTextTest {
  private static MailText mail(String title, String text, Link link) {
    return MailText.of(Language.ENGLISH, "Classbell", "Ada", title, text, link);
  }

  @Test
  void says_the_same_as_text_and_as_html() {
    MailText mail =
        mail("Open now", "Line one\nLine two", new Link("Join", "https://x.test/a?b=1&c=2"));

    assertThat(mail.plain())
        .isEqualTo(
            """
            Hello Ada,

            Line one
            Line two

            Join: https://x.test/a?b=1&c=2

            --\s
            You get this mail because you have an account at Classbell.
            """);
    assertThat(mail.html())
        .contains("Hello Ada,", "Line one<br>\nLine two", "href=\"https://x.test/a?b=1&amp;c=2\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"javascript:alert(1)", "data:text/html,x", "//x.test", "https://", "a b"})
  void a_link_that_is_none_of_the_web_is_left_out(String url) {
    MailText mail = mail("T", "text", new Link("Join", url));

    assertThat(mail.html()).doesNotContain("<a ");
    assertThat(mail.plain()).doesNotContain("Join");
  }

  @Property
  void nothing_written_by_people_becomes_html(@ForAll String written) {
    String html =
        MailText.of(Language.ENGLISH, "Classbell", written, written, "<script>" + written, null)
            .html();
    String plainHtml = mail("", "", null).html().replaceAll("[^<>]", "");

    assertThat(html).doesNotContain("<script");
    assertThat(html.replace("<br>", "").replaceAll("[^<>]", "")).isEqualTo(plainHtml);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ada@example.com", "a.b+c@x-y.example", "o'brien@example.co.uk", "x@localhost"})
  void addresses_that_mail_can_be_sent_to(String address) {
    assertThat(MailAddress.isValid(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d@e.test <v@x.test>",
        "v@x.test (d@e.test)",
        "a@b@c",
        "a b@c.test",
        "a@b.test\r\nRCPT TO:<eve@evil.test>",
        "a@-b.test",
        ".a@b.test",
        "a..b@c.test",
        "ä@b.test",
        "a@b.test,c@d.test",
        "@b.test",
        "a@",
        ""
      })
  void addresses_that_mail_is_not_sent_to(String address) {
    assertThat(MailAddress.isValid(address)).isFalse();
  }
}
