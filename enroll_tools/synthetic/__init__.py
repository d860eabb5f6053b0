"""Made-up fingers: ``prints`` as images with their minutiae known, ``templates`` alone; and identities for people.

What others use is named here.
"""

from enroll_tools.synthetic.prints.fvc_folder import write_fvc_folder
from enroll_tools.synthetic.prints.impression import Impression, make_impression, poor_impression
from enroll_tools.synthetic.prints.master import Master, make_master
from enroll_tools.synthetic.prints.orientation import PatternClass
from enroll_tools.synthetic.prints.params import EASY, HARD, MEDIUM, ImpressionParams, MasterParams
from enroll_tools.synthetic.prints.population import Person, Population
from enroll_tools.synthetic.templates.model import PopulationModel, default_population_model
from enroll_tools.synthetic.templates.population import TemplatePopulation

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
