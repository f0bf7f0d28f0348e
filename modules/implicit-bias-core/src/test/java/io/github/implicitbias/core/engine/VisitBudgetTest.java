package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisitBudgetTest {

  @Test
  void everyEpoch_thenEveryFourth_thenEverySixteenth_andNeverMoreThanThereIs() {
    VisitBudget budget = new VisitBudget(1600);
    List<Integer> stored = new ArrayList<>();
    long spent = 0;
    for (int epoch = 0; epoch < 2000; epoch++) {
      if (budget.wants(epoch) && budget.take(100)) {
        stored.add(epoch);
        spent += 100;
      }
    }
    // Nine of 100 leave less than half of 1,600, four more less than half of the rest, and so on.
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64), stored);
    assertTrue(spent <= 1600);
  }

  @Test
  void aTableThatDoesNotFit_isTheEnd() {
    VisitBudget budget = new VisitBudget(1000);
    assertTrue(budget.take(400));
    assertTrue(budget.wants(1));
    assertFalse(budget.take(601));
    assertFalse(budget.wants(0));
  }
}
