"""What all tests of a class begin with is made once, before the first of them.

Nothing of a test stays in the database, so that each finds what `set_the_scene` has left there.
Only what is somewhere else has to be put back: a file on the disk, the mails that went out.
"""


class Scenes:
    def stand_ins(self):
        """Start the patches that each test needs, and the scene as well."""

    def set_the_scene(self):
        """Make what all tests of the class begin with, and put it on ``self``."""

    def scene_is_set(self):
        """Keep what is neither in the database nor on ``self``."""

    def setUp(self):
        cls = type(self)
        # what is there of a base class is gone with that one's tests
        if cls.set_the_scene is not Scenes.set_the_scene and "_scene_is_set" not in vars(cls):
            self._set_the_scene_once()
        super().setUp()
        self.stand_ins()

    def _set_the_scene_once(self):
        cls = type(self)
        scene = cls("set_the_scene")
        scene._outcome = self._outcome  # takes what goes wrong at the end
        try:
            scene.stand_ins()
            others = set(vars(scene))
            scene.set_the_scene()
            cls.env.cr.flush()
            cls.env.invalidate_all()
            scene.scene_is_set()
        finally:
            scene.doCleanups()
        for name in set(vars(scene)) - others:
            setattr(cls, name, getattr(scene, name))
        cls._scene_is_set = True
