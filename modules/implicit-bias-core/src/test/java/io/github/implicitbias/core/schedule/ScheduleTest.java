package io.github.implicitbias.core.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void schedules_sayWhichStepsAreDue_alsoAfterSerialization() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(Schedule.everyStep());
      out.writeObject(Schedule.every(7));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Schedule every = (Schedule) in.readObject();
      Schedule seventh = (Schedule) in.readObject();
      for (long step = 0; step < 50; step++) {
        assertTrue(every.isDue(step));
        assertEquals(step % 7 == 0, seventh.isDue(step));
      }
    }
  }

  @Test
  void scheduleThatIsNeverDue_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> Schedule.every(0));
    assertThrows(IllegalArgumentException.class, () -> Schedule.every(-3));
  }
}
