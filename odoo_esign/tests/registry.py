"""Models that exist for one test class alone, as another add-on would bring them."""

from odoo.orm.model_classes import add_to_registry


class AddModels:
    """For test cases; the definitions have ``_module = None``."""

    @classmethod
    def add_models(cls, *definitions):
        registry = cls.env.registry
        # cleanups run backwards: this one comes last, when what was added is gone again
        cls.addClassCleanup(cls._set_up_models)
        for definition in definitions:
            name = definition._name
            if name in registry:
                known = registry[name]
                cls.addClassCleanup(setattr, known, "_setup_done__", False)
                cls.addClassCleanup(setattr, known, "_base_classes__", known._base_classes__)
            else:
                cls.addClassCleanup(cls._forget_model, name)
            add_to_registry(registry, definition)
        cls._set_up_models()
        names = [definition._name for definition in definitions]
        registry.init_models(cls.env.cr, names, {"models_to_check": False}, install=False)

    @classmethod
    def _set_up_models(cls):
        # with no cursor of its own: it would wait for the one of the test
        cls.env.registry._setup_models__(cls.env.cr, [])

    @classmethod
    def _forget_model(cls, name):
        model = cls.env.registry.models.pop(name)
        for parent in model.__mro__:
            if "_inherit_children" in parent.__dict__:
                parent._inherit_children.discard(name)
