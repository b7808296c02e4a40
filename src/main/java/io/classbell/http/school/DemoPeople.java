package io.classbell.http.school;

import io.classbell.platform.bus.Caller.Role;
import java.util.List;
import java.util.Locale;

/** The people of the demo school and what its teachers teach. All of them are invented. */
final class DemoPeople {

  /**
   * @param hour the hour of the teacher's daily class, in the teacher's zone
   * @param capacity seats of each class; a class with one seat is soon full
   */
  record Teacher(
      Person person,
      String subject,
      String title,
      String description,
      String language,
      int hour,
      int minutes,
      int capacity,
      long price) {}

  record Person(String name, Role role, String timezone, String locale) {

    /** The address is built from the name: {@code clara.hoffmann@classbell.test}. */
    String email() {
      return name.toLowerCase(Locale.ROOT).replace(' ', '.') + "@classbell.test";
    }
  }

  static final List<Teacher> TEACHERS =
      List.of(
          teacher(
              "Clara Hoffmann",
              "Europe/Berlin",
              "de",
              "Music",
              "Harmony for beginners",
              "Chords, cadences and how songs are built. Bring an instrument if you have one.",
              "en",
              17,
              60,
              8,
              2_500),
          teacher(
              "Ana Silva",
              "Europe/Lisbon",
              "en",
              "Portuguese",
              "Conversation in Portuguese",
              "We talk about your week, then about a short article.",
              "pt",
              18,
              45,
              4,
              1_800),
          teacher(
              "Kenji Mori",
              "Asia/Tokyo",
              "en",
              "Japanese",
              "Japanese from zero",
              "Hiragana, greetings and your first twenty verbs.",
              "ja",
              20,
              60,
              6,
              2_200),
          teacher(
              "Lena Brandt",
              "Europe/Vienna",
              "de",
              "Mathematics",
              "Algebra for the curious",
              "Groups and symmetry with pictures, without fear.",
              "de",
              16,
              60,
              1,
              4_000),
          teacher(
              "Tomas Novak",
              "Europe/Prague",
              "en",
              "Physics",
              "Mechanics, problem by problem",
              "One exam problem at a time, until the method sits.",
              "en",
              19,
              90,
              5,
              3_200),
          teacher(
              "Mei Chen",
              "Asia/Shanghai",
              "zh-CN",
              "Chinese",
              "Spoken Chinese, level two",
              "Tones, measure words and ordering dinner.",
              "zh",
              19,
              50,
              6,
              2_000),
          teacher(
              "Amara Okafor",
              "Africa/Lagos",
              "en",
              "Writing",
              "Short stories workshop",
              "Read, cut, rewrite. Send two pages before the class.",
              "en",
              18,
              90,
              10,
              1_500),
          teacher(
              "Diego Ramos",
              "America/Mexico_City",
              "en",
              "Spanish",
              "Spanish for travellers",
              "Enough to find the station, the hotel and a friend.",
              "es",
              12,
              45,
              12,
              1_200),
          teacher(
              "Ingrid Dahl",
              "Europe/Oslo",
              "en",
              "Drawing",
              "Drawing what you see",
              "Pencil and paper only. We draw from life.",
              "en",
              15,
              60,
              7,
              1_700),
          teacher(
              "Ravi Nair",
              "Asia/Kolkata",
              "en",
              "Programming",
              "First steps in Python",
              "From variables to a small game in ten classes.",
              "en",
              21,
              60,
              9,
              2_400),
          teacher(
              "Sophie Martin",
              "Europe/Paris",
              "en",
              "French",
              "French over coffee",
              "Relaxed conversation for intermediate learners.",
              "fr",
              10,
              45,
              2,
              2_100),
          teacher(
              "Grace Kim",
              "America/Los_Angeles",
              "en",
              "Guitar",
              "Fingerstyle guitar",
              "Patterns, timing and two songs you can play for others.",
              "en",
              9,
              60,
              3,
              2_900));

  static final List<Person> STUDENTS =
      List.of(
          student("Bo Larsen", "Europe/Copenhagen", "en"),
          student("Carla Rossi", "Europe/Rome", "en"),
          student("David Cohen", "Asia/Jerusalem", "en"),
          student("Emil Weber", "Europe/Berlin", "de"),
          student("Fatima Haddad", "Africa/Casablanca", "en"),
          student("Greta Lindholm", "Europe/Stockholm", "en"),
          student("Hugo Alvarez", "America/Bogota", "en"),
          student("Iris Papadaki", "Europe/Athens", "en"),
          student("Jonas Keller", "Europe/Zurich", "de"),
          student("Li Wei", "Asia/Shanghai", "zh-CN"),
          student("Maya Patel", "Europe/London", "en"),
          student("Noah Brown", "America/New_York", "en"));

  private static Teacher teacher(
      String name,
      String timezone,
      String locale,
      String subject,
      String title,
      String description,
      String language,
      int hour,
      int minutes,
      int capacity,
      long price) {
    return new Teacher(
        new Person(name, Role.teacher, timezone, locale),
        subject,
        title,
        description,
        language,
        hour,
        minutes,
        capacity,
        price);
  }

  private static Person student(String name, String timezone, String locale) {
    return new Person(name, Role.student, timezone, locale);
  }

  private DemoPeople() {}
}
