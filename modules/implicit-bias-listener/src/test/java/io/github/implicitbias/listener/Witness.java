package io.github.implicitbias.listener;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * Sees what every worker of a {@code ParallelWrapper} does, by means of its own: the parameters of
 * each step, and how many iterations it made.
 */
final class Witness extends BaseTrainingListener implements RoutingIterationListener {

  private static final long serialVersionUID = 1L;

  /** What one worker did. */
  static final class Worker {
    final Map<Long, double[]> parameters = Collections.synchronizedMap(new TreeMap<>());
    volatile int iterations;
  }

  private final transient Map<String, Worker> workers;
  private final transient CountDownLatch ready;
  private String workerId;

  /** Makes a witness of so many workers. */
  Witness(int workers) {
    this(new ConcurrentHashMap<>(), new CountDownLatch(workers));
  }

  private Witness(Map<String, Worker> workers, CountDownLatch ready) {
    this.workers = workers;
    this.ready = ready;
  }

  Map<String, Worker> workers() {
    return workers;
  }

  /** Waits until every worker has its replica of the network. */
  void awaitReplicas() {
    try {
      ready.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Worker mine() {
    return workers.computeIfAbsent(workerId, id -> new Worker());
  }

  @Override
  public void onGradientCalculation(Model model) {
    long step =
        model instanceof ComputationGraph
            ? ((ComputationGraph) model).getIterationCount()
            : ((MultiLayerNetwork) model).getIterationCount();
    mine().parameters.put(step, model.params().dup().data().asDouble());
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    Worker worker = mine();
    worker.iterations++;
  }

  @Override
  public void setWorkerID(String id) {
    workerId = id;
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public void setStorageRouter(StatsStorageRouter router) {
    ready.countDown();
  }

  @Override
  public StatsStorageRouter getStorageRouter() {
    return null;
  }

  @Override
  public void setSessionID(String sessionID) {}

  @Override
  public String getSessionID() {
    return "witness";
  }

  @Override
  public Witness clone() {
    return new Witness(workers, ready);
  }

  List<String> ids() {
    return List.copyOf(new TreeMap<>(workers).keySet());
  }
}
