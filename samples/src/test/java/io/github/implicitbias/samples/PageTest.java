package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.lab.study.LivePage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {

  @Test
  void addressOfAComparison_isWrittenAsThePageWritesIt() {
    assertEquals(
        "http://127.0.0.1:9000/train/implicit-bias?session=scale%3D1e-6%20seed%3D1"
            + "&compare=scale%253D0.1%2520seed%253D1~worker-0&compare=plain~worker-0",
        LivePage.comparison(
            "http://127.0.0.1:9000/train/implicit-bias",
            List.of("scale=1e-6 seed=1", "scale=0.1 seed=1", "plain")));
  }
}
