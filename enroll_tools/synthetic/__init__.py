"""Synthetic fingerprints after SFinGe: fingers, impressions of them, people; the minutiae are known exactly.

Beside them, much faster and without images, populations of templates.
"""

from enroll_tools.synthetic.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.impression import Impression, make_impression, poor_impression
from enroll_tools.synthetic.master import Master, make_master
from enroll_tools.synthetic.orientation import PatternClass
from enroll_tools.synthetic.params import EASY, HARD, MEDIUM, ImpressionParams, MasterParams
from enroll_tools.synthetic.population import Person, Population
from enroll_tools.synthetic.template_model import PopulationModel, default_population_model
from enroll_tools.synthetic.template_population import TemplatePopulation

__all__ = [
    "EASY",
    "HARD",
    "MEDIUM",
    "Impression",
    "ImpressionParams",
    "Master",
    "MasterParams",
    "PatternClass",
    "Person",
    "Population",
    "PopulationModel",
    "TemplatePopulation",
    "default_population_model",
    "make_impression",
    "make_master",
    "poor_impression",
    "write_fvc_folder",
]
