"""Each service is killed with -9 once while claims run."""

from . import stage


def attack(scene, count):
    """Kills one service after each further share of the claims, and starts it again at once."""
    load = scene.load(count)
    for position, service in enumerate(stage.SERVICES):
        if not load.await_published(position / (len(stage.SERVICES) + 1)):
            return ["the claims ended before every service was killed; take more claims"] + load.finish()
        scene.stack("kill", service)
        scene.stack("up", service)
    return load.finish()
